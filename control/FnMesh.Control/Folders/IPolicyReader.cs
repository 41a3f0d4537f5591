using System.Collections.Immutable;

namespace FnMesh.Control.Folders;

/// <summary>Where a policy is read from: its files, or the apps of a folder that has none.</summary>
internal interface IPolicyReader
{
    /// <summary>What is there in order of paths; null when it cannot be read just now.</summary>
    ImmutableArray<FileStamp>? Scan();

    FolderReading Read();
}
