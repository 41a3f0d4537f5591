namespace FnMesh.Cli.Doctor;

internal enum FindingState
{
    Ok,

    /// <summary>It works, and may soon not.</summary>
    Warn,

    /// <summary>Something does not work.</summary>
    Fail,
}
