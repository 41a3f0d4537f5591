using FnMesh.Cli;

using var signals = new EndSignals();
return await CommandLine.RunAsync(args, Terminal.Process, signals.Token);
