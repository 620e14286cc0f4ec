// What a test does inside the page, in JupyterLab and in Notebook 7.
// The promise rejects after a while: page.evaluate has no time limit of its own.
async ([milliseconds, what, ...given]) => {
  const app = () => window.jupyterapp;
  const panel = () => app()?.shell.currentWidget;
  const kernel = () => panel().sessionContext.session.kernel;
  const pause = time => new Promise(resolve => setTimeout(resolve, time));

  // What goes wrong in a widget's callback is in no cell: it is read where all messages pass.
  // Two things that Jupyter says about itself, where no learner reads them: that there are no
  // widgets yet, or no more, and that the debugger may miss a breakpoint after a restart.
  const harmless = /^(No such comm|\d+\.\d+s - )/;
  const keepFaults = connection => {
    window.lossaccFaults = [];
    connection.iopubMessage.connect((_, { header, content }) => {
      if (header.msg_type === 'error') {
        window.lossaccFaults.push(content.traceback.join('\n'));
      } else if (content.name === 'stderr' && !harmless.test(content.text)) {
        window.lossaccFaults.push(content.text);
      }
    });
  };

  const runCell = place => {
    panel().content.activeCellIndex = place;
    return app().commands.execute('notebook:run-cell');
  };

  const steps = {
    ready: async name => {
      while (panel()?.context?.path !== name) {
        await pause(50);
      }
      await panel().context.ready;
      await panel().sessionContext.ready;
      await kernel().info;
      keepFaults(kernel());
      return panel().context.path;
    },
    runAll: () => app().commands.execute('notebook:run-all-cells'),
    cells: async () => panel().content.model.toJSON().cells,
    addCell: async source => {
      const cells = panel().content.model.sharedModel;
      const place = cells.cells.length;
      cells.insertCell(place, { cell_type: 'code', source });
      return place;
    },
    runCell,
    ask: async expression => {
      const code = { code: '', silent: true, store_history: false };
      const future = kernel().requestExecute({ ...code, user_expressions: { it: expression } });
      const { content } = await future.done;
      const it = content.user_expressions?.it ?? content;
      return it.status === 'ok' ? it.data['text/plain'] : Promise.reject(
        new Error(`${expression}: ${it.ename}: ${it.evalue}`));
    },
    restart: async () => {
      await kernel().restart();
      await kernel().info;
    },
    interrupt: () => kernel().interrupt(),
    shutDown: () => panel().sessionContext.shutdown(),
    command: name => app().commands.execute(name),
    theme: async name => {
      await app().commands.execute('apputils:change-theme', { theme: name });
      while (document.body.dataset.jpThemeName !== name) {
        await pause(50);
      }
    },
  };
  const late = new Promise((_, reject) => setTimeout(
    () => reject(new Error(`${what} took more than ${milliseconds} ms`)), milliseconds));
  return Promise.race([steps[what](...given), late]);
}
