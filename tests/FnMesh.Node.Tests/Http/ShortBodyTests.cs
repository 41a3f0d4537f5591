using System.Net;
using System.Net.Sockets;
using System.Text;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FnMesh.Node.Tests.Http;

/// <summary>Bodies that are short and come with their head, at a real server.</summary>
public sealed class ShortBodyTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(ReplayStream.ShortLength, true)]
    [InlineData(ReplayStream.ShortLength + 1, false)]
    public async Task A_body_of_at_most_eight_KiB_that_came_with_its_head_is_short_and_is_read_as_often_as_it_is_rewound(int length, bool isShort)
    {
        await using var end = await StartAsync(async context =>
        {
            var body = ReplayStream.Of(context.Request, isResumable: false);
            await context.Response.WriteAsync($"{body.IsShort} {body.CanReplay} {await LengthAsync(body)} {await AgainAsync(body)}");
        });

        // In one segment, so that what came with the head has come.
        var answer = await SendAsync(end, $"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{new string('x', length)}");

        Assert.Contains($"\r\n{isShort} True {length} {length}\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_comes_after_its_head_is_not_waited_for_and_is_read_whole()
    {
        var looked = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var end = await StartAsync(async context =>
        {
            var body = ReplayStream.Of(context.Request, isResumable: false);
            looked.SetResult(body.IsShort);
            await context.Response.WriteAsync($"{await LengthAsync(body)}");
        });

        var answer = await SendAsync(end, "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab", async socket =>
        {
            Assert.False(await looked.Task);
            await socket.SendAsync("cd"u8.ToArray());
        });

        Assert.Contains("\r\n4\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_in_chunks_is_not_short()
    {
        await using var end = await StartAsync(async context =>
        {
            var body = ReplayStream.Of(context.Request, isResumable: false);
            await context.Response.WriteAsync($"{body.IsShort} {await LengthAsync(body)}");
        });

        var answer = await SendAsync(end, "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n");

        Assert.Contains("False 4", answer, StringComparison.Ordinal);
    }

    private static async Task<int> AgainAsync(ReplayStream body)
    {
        await body.RewindAsync(CancellationToken.None);
        return await LengthAsync(body);
    }

    private static async Task<int> LengthAsync(ReplayStream body)
    {
        using var whole = new MemoryStream();
        await body.CopyToAsync(whole);
        return (int)whole.Length;
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddLogging(logging => logging.ClearProviders());
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }

    private static async Task<string> SendAsync(WebApplication end, string request, Func<Socket, Task>? more = null)
    {
        var address = new Uri(end.Urls.Single());
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        if (more is not null) await more(socket);
        using var answer = new StreamReader(new NetworkStream(socket), Encoding.ASCII);
        return await answer.ReadToEndAsync();
    }
}
