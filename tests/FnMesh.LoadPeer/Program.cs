using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);
