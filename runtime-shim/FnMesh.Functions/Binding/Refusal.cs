using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace FnMesh.Functions.Binding;

/// <summary>The answer to a request that a function's parameters cannot be bound from.</summary>
internal static class Refusal
{
    public static Task WriteAsync(FunctionContext context, int status, string detail)
    {
        var http = context.GetHttpContext() ?? throw new InvalidOperationException($"{context.FunctionId}: {detail}");
        var problem = new ProblemDetails { Title = status == 409 ? "Conflict" : status == 415 ? "Unsupported" : status == 413 ? "TooLarge" : "Malformed", Status = status, Detail = $"{context.FunctionId}: {detail}" };
        return Results.Problem(problem).ExecuteAsync(http);
    }
}
