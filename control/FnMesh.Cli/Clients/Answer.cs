using System.Text.Json.Nodes;

namespace FnMesh.Cli.Clients;

/// <summary>What came of a request: a body, or an exit code and a sentence.</summary>
/// <param name="Status">The HTTP status; 0 when nobody answered.</param>
/// <param name="Body">The answer as JSON; null when it has none or failed.</param>
/// <param name="Exit">0, or what the command ends with.</param>
/// <param name="Failure">Why; empty when it succeeded.</param>
internal readonly record struct Answer(int Status, JsonNode? Body, int Exit, string Failure)
{
    public bool Succeeded => Exit == ExitCode.Done;
}
