namespace FnMesh.Policy.Snapshots;

/// <summary>What somebody may be permitted or denied to do.</summary>
public enum Operation
{
    Call,
    Publish,
    Deliver,
}
