/** What was at fault when a question was not answered. */
export type Fault = 'model' | 'kernel' | 'repository' | 'usage' | 'storage' | 'bug';
