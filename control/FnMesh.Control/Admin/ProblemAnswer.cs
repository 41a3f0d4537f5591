using Microsoft.AspNetCore.Http;

namespace FnMesh.Control.Admin;

/// <summary>Problem details (RFC 9457).</summary>
internal sealed record ProblemAnswer(string Title, int Status, string Detail)
{
    public static Task WriteAsync(HttpContext context, int status, string title, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new ProblemAnswer(title, status, detail), ControlJson.Default.ProblemAnswer, "application/problem+json", context.RequestAborted);
    }
}
