namespace FnMesh.Policy.Snapshots;

/// <summary>Where a session is told and asked for.</summary>
public enum SessionType
{
    Cookie,
    Header,
}
