using System.Text.Json;

namespace FnMesh.Cli.Up;

/// <summary>The one line of stdout that scripts wait for.</summary>
internal sealed record ReadyLine(string Gateway, string Mesh, string Control)
{
    public const string Start = "ready {";

    public override string ToString() => $"ready {JsonSerializer.Serialize(this, UpJson.Default.ReadyLine)}";
}
