namespace FnMesh.Functions;

/// <summary>Runs what is left of the way to a function, and the function.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
