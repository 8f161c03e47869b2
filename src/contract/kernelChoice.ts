/** Which kernel runs the code of models, as the setting `fathom.kernel` has it. */
export type KernelChoice = 'auto' | 'native' | 'wasm';

/** Whether native kernels are kept from everything but Fathom. */
export type Isolation = 'on' | 'off';
