namespace FnMesh.Functions;

/// <summary>What a function runs for.</summary>
public enum FunctionTrigger
{
    Http,
    Event,
    Timer,
}
