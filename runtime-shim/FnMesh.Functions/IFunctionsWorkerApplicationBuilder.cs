using Microsoft.Extensions.DependencyInjection;

namespace FnMesh.Functions;

/// <summary>Where services and middleware are put into a function app.</summary>
public interface IFunctionsWorkerApplicationBuilder
{
    IServiceCollection Services { get; }

    /// <summary>Puts something around every function, inside of what was put before.</summary>
    IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware);
}
