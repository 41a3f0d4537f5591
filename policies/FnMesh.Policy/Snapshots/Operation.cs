namespace FnMesh.Policy.Snapshots;

public enum Operation
{
    Call,
    Publish,
    Deliver,
}
