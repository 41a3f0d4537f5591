namespace FnMesh.Functions.Hosting;

/// <summary>A function with its settings filled in and the middleware around it.</summary>
internal sealed record BoundFunction(FunctionDescriptor Descriptor, FunctionExecutionDelegate Execute)
{
    /// <summary>Held while a timer runs, whoever runs it.</summary>
    public SemaphoreSlim Turn { get; } = new(1);
}
