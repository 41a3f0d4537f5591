using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FnMesh.Node.Storage;

namespace FnMesh.Shim.AzureFunctions.Timers;

/// <summary>
/// Who runs a timer, and when it ran last. Of all replicas and revisions of an app that run here one runs it; another takes over when that ends. When it ran last is kept in a file for each timer,
/// so that what fell due while nothing ran is known.
/// </summary>
/// <param name="directory">Where the files lie; made when there is one to write.</param>
internal sealed class TimerRegister(string directory)
{
    private readonly ConcurrentDictionary<(string App, string Function), SemaphoreSlim> _places = [];

    /// <summary>Completes when nobody else here runs the timer.</summary>
    /// <returns>Frees the place.</returns>
    public async Task<IDisposable> EnterAsync(string app, string function, CancellationToken cancel)
    {
        var place = _places.GetOrAdd((app, function), static _ => new SemaphoreSlim(1));
        await place.WaitAsync(cancel);
        return new Place(place);
    }

    /// <returns>Null when it never ran, or nothing is known of it.</returns>
    public DateTimeOffset? ReadLast(string app, string function)
    {
        try
        {
            return DateTimeOffset.TryParse(JsonNode.Parse(File.ReadAllText(FileOf(app, function)))?["last"]?.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var last) ? last : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">It cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be kept.</exception>
    public void WriteLast(string app, string function, DateTimeOffset last)
    {
        var told = new JsonObject { ["app"] = app, ["function"] = function, ["last"] = last.ToString("O", CultureInfo.InvariantCulture) };
        PrivateFolder.WriteFile(FileOf(app, function), Encoding.UTF8.GetBytes(told.ToJsonString()));
    }

    private string FileOf(string app, string function) => Path.Combine(directory, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{app}\n{function.ToUpperInvariant()}")).AsSpan(0, 16))}.json");

    private sealed class Place(SemaphoreSlim place) : IDisposable
    {
        private int _isFree;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isFree, 1) == 0) place.Release();
        }
    }
}
