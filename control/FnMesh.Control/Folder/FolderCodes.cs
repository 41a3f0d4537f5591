namespace FnMesh.Control.Folder;

/// <summary>The codes of diagnostics about a folder of policies, next to those of the compiler; docs/errors.md explains each.</summary>
internal static class FolderCodes
{
    public const string Unreadable = "FNM1501";
    public const string TooManyFiles = "FNM1502";
    public const string NotText = "FNM1503";
}
