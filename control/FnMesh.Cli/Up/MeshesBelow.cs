using System.Collections.Immutable;

namespace FnMesh.Cli.Up;

/// <summary>Looks for folders that <c>up</c> could have been meant for.</summary>
internal static class MeshesBelow
{
    private const int MaxDepth = 3;
    private const int MaxFolders = 2_000;
    private const int MaxFound = 5;
    private const long MaxFileBytes = 1 << 20;
    private static readonly string[] Skipped = ["bin", "obj", "artifacts", "node_modules", "policies"];

    /// <summary>The first few folders below whose <c>policies/</c> name a FunctionApp, in order; none where the folders cannot be read.</summary>
    public static ImmutableArray<string> Find(string directory)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        var next = new Queue<(string Path, int Depth)>([(directory, 0)]);
        for (var seen = 0; next.TryDequeue(out var folder) && seen < MaxFolders && found.Count < MaxFound; seen++)
        {
            try
            {
                if (folder.Depth > 0 && RunsApps(Path.Combine(folder.Path, "policies"))) found.Add(folder.Path);
                if (folder.Depth == MaxDepth) continue;
                foreach (var child in new DirectoryInfo(folder.Path).EnumerateDirectories().Where(child => child.LinkTarget is null && child.Name[0] != '.' && !Skipped.Contains(child.Name)).OrderBy(child => child.Name, StringComparer.Ordinal))
                    next.Enqueue((folder.Path == "." ? child.Name : Path.Combine(folder.Path, child.Name), folder.Depth + 1));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // It is only a hint.
            }
        }

        return found.ToImmutable();
    }

    private static bool RunsApps(string policies) => Directory.Exists(policies) && new DirectoryInfo(policies).EnumerateFiles("*.y*ml").Take(MaxFolders).Any(file =>
        file.Length <= MaxFileBytes && File.ReadLines(file.FullName).Any(line => line.StartsWith("kind: FunctionApp", StringComparison.Ordinal)));
}
