namespace FnMesh.Cli.Tests.Up;

/// <summary>What may become of a file.</summary>
public enum Damage
{
    /// <summary>Nothing is in it any more.</summary>
    Emptied,

    /// <summary>Its second half is gone.</summary>
    Halved,

    /// <summary>As many bytes, and none of them means anything.</summary>
    Noise,

    /// <summary>A folder stands in its place.</summary>
    Folder,

    /// <summary>Others may read it.</summary>
    Open,
}
