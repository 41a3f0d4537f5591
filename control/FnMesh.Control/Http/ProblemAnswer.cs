namespace FnMesh.Control.Http;

/// <summary>RFC 9457 problem details.</summary>
internal sealed record ProblemAnswer(string Title, int Status, string Detail);
