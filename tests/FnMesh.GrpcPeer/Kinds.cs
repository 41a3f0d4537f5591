using Grpc.Core;

namespace FnMesh.GrpcPeer;

/// <summary>Calls each of the four kinds and tells what came back.</summary>
internal static class Kinds
{
    public static async Task<string> CallAsync(Shop.ShopClient shop, CancellationToken cancel)
    {
        try
        {
            var quote = await shop.QuoteAsync(new Ask { Amount = 7 }, cancellationToken: cancel);
            return $"{quote.Principal} quote {quote.Amount} watch {await WatchAsync(shop, cancel)} total {await TotalAsync(shop, cancel)} haggle {await HaggleAsync(shop, cancel)}";
        }
        catch (RpcException refused)
        {
            return $"{refused.StatusCode} {refused.Trailers.GetValue("fnmesh-verdict")} {refused.Status.Detail}";
        }
    }

    private static async Task<string> WatchAsync(Shop.ShopClient shop, CancellationToken cancel)
    {
        using var call = shop.Watch(new Ask { Amount = 3 }, cancellationToken: cancel);
        var amounts = new List<int>();
        await foreach (var price in call.ResponseStream.ReadAllAsync(cancel)) amounts.Add(price.Amount);
        return string.Join(',', amounts);
    }

    private static async Task<int> TotalAsync(Shop.ShopClient shop, CancellationToken cancel)
    {
        using var call = shop.Total(cancellationToken: cancel);
        for (var amount = 1; amount <= 3; amount++) await call.RequestStream.WriteAsync(new Ask { Amount = amount }, cancel);
        await call.RequestStream.CompleteAsync();
        return (await call).Amount;
    }

    /// <summary>Asks for the next only when the answer to the one before has come.</summary>
    private static async Task<string> HaggleAsync(Shop.ShopClient shop, CancellationToken cancel)
    {
        using var call = shop.Haggle(cancellationToken: cancel);
        await call.ResponseHeadersAsync;
        var amounts = new List<int>();
        for (var amount = 1; amount <= 3; amount++)
        {
            await call.RequestStream.WriteAsync(new Ask { Amount = amount }, cancel);
            if (!await call.ResponseStream.MoveNext(cancel)) throw new InvalidOperationException("the answers ended early");
            amounts.Add(call.ResponseStream.Current.Amount);
        }

        await call.RequestStream.CompleteAsync();
        return await call.ResponseStream.MoveNext(cancel) ? "too much" : string.Join(',', amounts);
    }
}
