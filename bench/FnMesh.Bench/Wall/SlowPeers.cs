using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace FnMesh.Bench.Wall;

/// <summary>The process of the slow peers, and the function whose large answers some of them take so slowly: what they cost is not in the times of who is well.</summary>
internal static class SlowPeers
{
    public const string Name = "slow-peers";

    /// <summary>One of so many peers is slow to read; the others are slow to send.</summary>
    private const int OneReads = 20;

    private static readonly byte[] Large = new byte[4 << 20];

    public static async Task<int> RunAsync()
    {
        using var end = new CancellationTokenSource();
        Task[] peers = [];
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(async context =>
        {
            switch (context.Request.Path.Value)
            {
                case "/big":
                    await context.Response.Body.WriteAsync(Large, context.RequestAborted);
                    return;
                case "/begin":
                    var query = context.Request.Query;
                    var (gateway, count) = (new Uri(query["gateway"].ToString()), int.Parse(query["count"].ToString(), CultureInfo.InvariantCulture));
                    var within = TimeSpan.FromSeconds(int.Parse(query["within"].ToString(), CultureInfo.InvariantCulture));
                    peers = [.. Enumerable.Range(0, count).Select(i => new SlowPeer(gateway, reads: i % OneReads == 0).RunAsync(within * i / count, end.Token))];
                    return;
                case "/end":
                    await end.CancelAsync();
                    await Task.WhenAll(peers);
                    return;
                default:
                    var (open, cut, failed) = SlowPeer.Counts;
                    await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{open} {cut} {failed}"), context.RequestAborted);
                    return;
            }
        });
        await app.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listening {app.Urls.First()}"));
        await app.WaitForShutdownAsync();
        return 0;
    }
}
