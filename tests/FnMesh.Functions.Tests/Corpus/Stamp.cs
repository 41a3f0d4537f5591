using Microsoft.AspNetCore.Http;

namespace FnMesh.Functions.Tests.Corpus;

public class Stamp : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        context.GetHttpContext()?.Response.Headers.Append("x-stamp", context.FunctionDefinition.Name);
        return next(context);
    }
}
