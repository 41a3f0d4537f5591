using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>
/// A function as a process of its own: hands each request to a server of the test and answers with that server's status. What is asked for <c>…/call/HOST</c> it asks of the mesh instead.
/// </summary>
internal static class RelayFunction
{
    public const string Name = "--relay-function";

    /// <summary>In a path, before the host that is called through the door.</summary>
    public const string Call = "/call/";

    /// <summary>The variable with the address of the test's server.</summary>
    public const string To = "RELAY_TO";

    /// <summary>The words that run it, for a FunctionApp's <c>command</c>: this program once more.</summary>
    public static IReadOnlyList<string> Command { get; } =
        [FnMeshProgram.DotNet, "exec", Path.Combine(AppContext.BaseDirectory, typeof(RelayFunction).Assembly.GetName().Name + ".dll"), Name];

    public static async Task<int> RunAsync()
    {
        var to = Environment.GetEnvironmentVariable(To)!;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT")}");
        await using var app = builder.Build();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
        app.Run(async context =>
        {
            if (context.Request.Path.Value!.Split(Call) is [_, var host])
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, Environment.GetEnvironmentVariable("FNMESH_GATEWAY")) { Headers = { Host = host } };
                using var called = await http.SendAsync(request, context.RequestAborted);
                context.Response.StatusCode = (int)called.StatusCode;
                await context.Response.WriteAsync(await called.Content.ReadAsStringAsync(context.RequestAborted), context.RequestAborted);
                return;
            }

            using var relayed = new HttpRequestMessage(HttpMethod.Post, to + context.Request.Path);
            relayed.Content = new StreamContent(context.Request.Body);
            foreach (var (name, value) in context.Request.Headers)
            {
                if (name.StartsWith("ce-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("fnmesh-", StringComparison.OrdinalIgnoreCase))
                {
                    relayed.Headers.TryAddWithoutValidation(name, (string?)value);
                }
            }

            relayed.Headers.Add("relay-process", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            using var answer = await http.SendAsync(relayed, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
        });
        await app.RunAsync();
        return 0;
    }
}
