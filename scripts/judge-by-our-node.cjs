// Loaded into npm by with-node.sh when the system's Node is too old. npm leaves out optional packages whose "engines" do not
// fit the Node that npm itself runs with, and some of those hold the compiled part of a tool. What is installed here runs
// with the Node of the toolchain: that one is to be judged by.
Object.defineProperty(process, 'version', { value: `v${process.env.OWN_NODE}`, configurable: true });
