using FnMesh.Policy.Snapshots;

namespace FnMesh.Shim.Revisions;

/// <summary>Tells whether two versions of a revision run alike, so that the running processes can stay; where it was written does not matter.</summary>
internal static class RunIdentity
{
    public static bool IsSame(RevisionEntry one, RevisionEntry other) =>
        one.Run.Url == other.Run.Url
        && one.Run.Project == other.Run.Project
        && one.Run.AzureFunctions == other.Run.AzureFunctions
        && one.Run.Directory == other.Run.Directory
        && one.Run.Command.AsSpan().SequenceEqual(other.Run.Command.AsSpan())
        && one.Environment.AsSpan().SequenceEqual(other.Environment.AsSpan());
}
