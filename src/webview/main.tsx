import '@vscode/codicons/dist/codicon.css';
import './webview.css';
import { render } from 'preact';
import { App } from './app';
import { Host } from './host';
import { ViewState } from './viewState';

const place = document.getElementById('app');
if (place) {
  const host = new Host();
  const state = new ViewState(host);
  const run = state.restore();
  host.listen((message) => state.receive(message));
  render(<App state={state} />, place);
  // Hiding the view ends the page without further notice.
  document.addEventListener('visibilitychange', () => state.saveNow());
  host.post({ type: 'ready', run, opened: state.wanted });
}
