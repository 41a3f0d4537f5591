namespace FnMesh.Functions;

/// <summary>Stands around every run of every function of the app; one instance serves them all.</summary>
public interface IFunctionsWorkerMiddleware
{
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
