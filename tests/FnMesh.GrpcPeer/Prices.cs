using Grpc.Core;

namespace FnMesh.GrpcPeer;

/// <summary>Answers with the amounts that are asked for, and who asked.</summary>
internal sealed class Prices : Shop.ShopBase
{
    public override Task<Price> Quote(Ask request, ServerCallContext context) => Task.FromResult(Of(request.Amount, context));

    /// <summary>Counts to the amount; 0 counts until the caller goes away.</summary>
    public override async Task Watch(Ask request, IServerStreamWriter<Price> responseStream, ServerCallContext context)
    {
        for (var amount = 1; amount <= Math.Max(1, request.Amount); amount++) await responseStream.WriteAsync(Of(amount, context), context.CancellationToken);
        if (request.Amount > 0) return;
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("the watch was cancelled");
        }
    }

    public override async Task<Price> Total(IAsyncStreamReader<Ask> requestStream, ServerCallContext context)
    {
        var total = 0;
        await foreach (var ask in requestStream.ReadAllAsync(context.CancellationToken)) total += ask.Amount;
        return Of(total, context);
    }

    public override async Task Haggle(IAsyncStreamReader<Ask> requestStream, IServerStreamWriter<Price> responseStream, ServerCallContext context)
    {
        // The caller may wait for these before it asks for anything.
        await context.WriteResponseHeadersAsync([]);
        await foreach (var ask in requestStream.ReadAllAsync(context.CancellationToken)) await responseStream.WriteAsync(Of(ask.Amount, context), context.CancellationToken);
    }

    private static Price Of(int amount, ServerCallContext context) => new() { Amount = amount, Principal = context.RequestHeaders.GetValue("fnmesh-principal") ?? "nobody" };
}
