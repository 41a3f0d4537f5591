using System.Text.Json;

namespace FnMesh.Policy.Declarations;

/// <summary>Declarations as they travel.</summary>
public static class DeclarationJson
{
    public static byte[] Write(Declaration declaration) => JsonSerializer.SerializeToUtf8Bytes(declaration, SnapshotJsonContext.Default.Declaration);

    /// <param name="json">As it came.</param>
    /// <param name="fault">Why it is none; null when it is one.</param>
    /// <returns>Null when it is none.</returns>
    public static Declaration? Read(ReadOnlySpan<byte> json, out string? fault)
    {
        try
        {
            var read = JsonSerializer.Deserialize(json, SnapshotJsonContext.Default.Declaration);
            fault = read switch
            {
                not { App: not null, Revision: not null, Functions.IsDefault: false } => "it is incomplete",
                { Functions.Length: > Declaration.MaxFunctions } => $"it has more than {Declaration.MaxFunctions} functions",
                _ when read.Functions.Any(function => function is not { Name: not null, Methods.IsDefault: false, EventTypes.IsDefault: false }) => "a function in it is incomplete",
                _ when read.Functions.FirstOrDefault(function => function.Level is not (null or "anonymous" or "function" or "admin")) is { } odd => $"function {odd.Name} has the level '{odd.Level}', which is none of anonymous, function and admin",
                _ => null,
            };
            return fault is null ? read : null;
        }
        catch (JsonException broken)
        {
            fault = broken.Message;
            return null;
        }
    }
}
