namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>What a function answers.</summary>
internal sealed record Answer(int Status, string? Body = null, string ContentType = "text/plain", params IReadOnlyList<(string Name, string Value)> Headers)
{
    public static Answer Done { get; } = new(204);

    public static Answer Of(int status) => new(status);

    /// <summary>A reply event in binary mode.</summary>
    public static Answer Reply(string type, string id, string body = "{}", params IEnumerable<(string Name, string Value)> attributes) =>
        new(200, body, "application/json", [("ce-specversion", "1.0"), ("ce-type", type), ("ce-id", id), ("ce-source", "/test"), .. attributes.Select(attribute => ($"ce-{attribute.Name}", attribute.Value))]);
}
