namespace FnMesh.Control.Http;

internal sealed record HealthAnswer(string Status);
