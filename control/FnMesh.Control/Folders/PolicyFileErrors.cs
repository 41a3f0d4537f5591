using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Folders;

/// <summary>What may be wrong with a policy file before it is YAML.</summary>
internal static class PolicyFileErrors
{
    public static Diagnostic Unreadable(string file) =>
        new(Severity.Error, "FNM0001", Start(file), "the file cannot be read: permission denied");

    public static Diagnostic NotUtf8(Origin place) =>
        new(Severity.Error, "FNM0002", place, "the file is not UTF-8 from here on; save it as UTF-8");

    public static Diagnostic TooLarge(string file, int maxBytes) =>
        new(Severity.Error, "FNM0003", Start(file), $"the file is larger than {maxBytes:N0} bytes; split it");

    public static Diagnostic TooManyFiles(string folder, int maxFiles) =>
        new(Severity.Error, "FNM0004", Start(folder), $"there are more than {maxFiles:N0} policy files; join some of them");

    public static Diagnostic FolderUnreadable(string folder, string reason) =>
        new(Severity.Error, "FNM0005", Start(folder), $"the policies cannot be read: {reason}");

    public static Diagnostic LinkedFolder(string folder) =>
        new(Severity.Error, "FNM0006", Start(folder), "the folder is a link, and linked folders are not followed; move the folder here, or link its files");

    public static Diagnostic Empty(string folder) =>
        new(Severity.Warning, "FNM0007", Start(folder), "there is no policy file (*.yaml or *.yml) in this folder or below it, so nothing runs and every call is refused");

    public static Diagnostic Nothing(string file) =>
        new(Severity.Error, "FNM0013", Start(file), "the file is empty, or a pipe or a device, which are not read; name a file of policies or a folder");

    public static Diagnostic NoProject(Origin place, string reason) => new(Severity.Error, "FNM0012", place, reason);

    private static Origin Start(string file) => new(file, 1, 1);
}
