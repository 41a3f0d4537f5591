using FnMesh.ScriptedWorker;

var script = Script.Read(Environment.CurrentDirectory);
foreach (var line in script.Says) Console.WriteLine(line);
return await new Worker(script, Arguments.Read(args)).RunAsync();
