using FnMesh.Node.Members;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Functions.Hosting;

/// <summary>Takes from answers what an endpoint alone may say: that the function never saw the request.</summary>
internal static class OwnWords
{
    /// <summary>To be used first, so that it sees what all the others leave.</summary>
    public static void UseOwnWords(this IApplicationBuilder app) => app.Use(static next => http =>
    {
        http.Response.OnStarting(
            static response =>
            {
                ((HttpResponse)response).Headers.Remove(UnsentHeader.Name);
                return Task.CompletedTask;
            },
            http.Response);
        return next(http);
    });
}
