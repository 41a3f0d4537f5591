using System.Buffers;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>Reads whole bodies, because a worker is given a request in one message. All bodies of one worker share a bound.</summary>
internal sealed class HttpBodies
{
    /// <summary>Of one request, in bytes; as in Azure.</summary>
    public const int Largest = 100 << 20;

    private const long MostTogether = 256 << 20;
    private const int Chunk = 64 << 10;

    private readonly CopyBudget _budget = new(MostTogether);

    /// <summary>Reads the body of a request.</summary>
    /// <returns>The body and what it took of the bound, to be given back; or null and the status that refuses it.</returns>
    public async Task<(byte[]? Body, int Status)> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength is > Largest) return (null, StatusCodes.Status413PayloadTooLarge);
        using var all = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            for (var read = await request.Body.ReadAsync(buffer, cancel); read > 0; read = await request.Body.ReadAsync(buffer, cancel))
            {
                var isLarge = all.Length + read > Largest;
                if (isLarge || !_budget.TryTake(read))
                {
                    GiveBack(all.Length);
                    return (null, isLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status503ServiceUnavailable);
                }

                all.Write(buffer, 0, read);
            }

            return (all.ToArray(), 0);
        }
        catch
        {
            GiveBack(all.Length);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void GiveBack(long bytes) => _budget.GiveBack(bytes);
}
