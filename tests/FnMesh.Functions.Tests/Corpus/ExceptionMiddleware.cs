using FnMesh.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Company.Function;

internal sealed class ExceptionMiddleware : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            context.Items["begun"] = context.FunctionDefinition.EntryPoint;
            await next(context);
        }
        catch (InvalidOperationException exception)
        {
            var logger = context.GetLogger<ExceptionMiddleware>();
            logger.LogError(exception, "{function} {id} failed", context.FunctionDefinition.Name, context.InvocationId);
            context.InstanceServices.GetRequiredService<Failures>().Last = exception.Message;
            context.GetHttpContext()!.Response.StatusCode = 409;
        }
    }
}
