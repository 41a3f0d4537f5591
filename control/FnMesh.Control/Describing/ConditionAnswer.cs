namespace FnMesh.Control.Describing;

/// <param name="Type">Accepted, Ready or Orphaned.</param>
/// <param name="Status"><c>True</c> or <c>False</c>.</param>
/// <param name="Reason">One word for programs.</param>
/// <param name="Message">A sentence for people.</param>
internal sealed record ConditionAnswer(string Type, string Status, string Reason, string Message)
{
    public static ConditionAnswer Of(string type, bool holds, string reason, string message) => new(type, holds ? "True" : "False", reason, message);
}
