using System.Globalization;
using FnMesh.Functions;
using FnMesh.Functions.Binding;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FnMesh.Bench.Sdk;

/// <summary>The processes that are measured: the same work on the same plain listener as a minimal API and as a function, and a function app as a member of a mesh.</summary>
internal static class Servers
{
    public static async Task<int> RunAsync(string kind)
    {
        string[] arguments = ["--urls", $"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT") ?? "0"}", "--Logging:LogLevel:Default", "Warning"];
        switch (kind)
        {
            case "minimal":
                var plain = WebApplication.CreateBuilder(arguments);
                plain.Services.AddSingleton<Totals>();
                var minimal = plain.Build();
                minimal.MapPost("/orders/{id}", (string id, int quantity, Order order, Totals totals) => new Receipt(id, order.Sku, quantity, totals.Of(order, quantity), order.Tags.Length));
                await ServeAsync(minimal);
                return 0;
            case "function":
                var functions = new FunctionsApplicationBuilder(arguments, FunctionRegistry.All());
                functions.Services.AddSingleton<Totals>();
                await ServeAsync(functions.BuildAlone());
                return 0;
            case "member":
                using (var member = FunctionsApplication.CreateBuilder([]).Build())
                {
                    member.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => Console.WriteLine("listening"));
                    await member.RunAsync();
                }

                return 0;
            default:
                return 2;
        }
    }

    private static async Task ServeAsync(WebApplication app)
    {
        await app.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listening {app.Urls.First()}"));
        await app.WaitForShutdownAsync();
    }
}
