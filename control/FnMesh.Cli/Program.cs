using FnMesh.Cli;
using FnMesh.Node;

DeepPools.Prefer();
using var signals = new EndSignals();
return await CommandLine.RunAsync(args, Terminal.Process, signals.Token);
