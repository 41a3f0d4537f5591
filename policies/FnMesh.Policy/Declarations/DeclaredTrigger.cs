namespace FnMesh.Policy.Declarations;

/// <summary>What a function runs for.</summary>
public enum DeclaredTrigger
{
    Http,
    Event,
    Timer,
}
