namespace FnMesh.Gateway.Attempts;

/// <summary>What the head of an answer says of its worth.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="RetryAfter">When trying again may help; null when it does not say.</param>
/// <param name="Grpc">The status of gRPC, when the answer ends with its head; null otherwise.</param>
internal readonly record struct AnswerHead(int Status, TimeSpan? RetryAfter, int? Grpc = null);
