using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace FnMesh.Functions.Binding;

/// <summary>The answer to a request that a function's parameters cannot be bound from: a problem that names the parameter.</summary>
internal static class Refusal
{
    public static Task WriteAsync(FunctionContext context, int status, string? parameter, string detail)
    {
        if (context.GetHttpContext() is null) throw new InvalidOperationException($"{context.FunctionId}: {detail}");
        var problem = new ProblemDetails { Title = TitleOf(status), Status = status, Detail = $"{context.FunctionId}: {detail}" };
        if (parameter is not null) problem.Extensions["parameter"] = parameter;
        return Answers.WriteAsync(context, Results.Problem(problem));
    }

    private static string TitleOf(int status) => status switch
    {
        StatusCodes.Status409Conflict => "Conflict",
        StatusCodes.Status413PayloadTooLarge => "TooLarge",
        StatusCodes.Status415UnsupportedMediaType => "Unsupported",
        _ => "Malformed",
    };
}
