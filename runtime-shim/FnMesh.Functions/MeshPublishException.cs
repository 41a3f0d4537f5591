namespace FnMesh.Functions;

/// <summary>The mesh did not take events.</summary>
public sealed class MeshPublishException : Exception
{
    public MeshPublishException()
    {
    }

    public MeshPublishException(string message)
        : base(message)
    {
    }

    public MeshPublishException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal MeshPublishException(int status, string? verdict, string message)
        : base(message) => (Status, Verdict) = (status, verdict);

    /// <summary>The HTTP status of the refusal; 0 when nobody answered.</summary>
    public int Status { get; }

    /// <summary>The mesh's verdict, such as <c>Denied</c>; null when there was none.</summary>
    public string? Verdict { get; }
}
