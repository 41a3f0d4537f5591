using System.Text.Json;

namespace FnMesh.Shim.Tests.AzureFunctions;

/// <summary>What a caller got.</summary>
/// <param name="Seen">Whether a function saw it.</param>
/// <param name="Status">0 when the connection was broken off.</param>
internal sealed record Reply(bool Seen, int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>What the worker says that it was given.</summary>
    public JsonElement Invocation => JsonDocument.Parse(Body).RootElement;
}
