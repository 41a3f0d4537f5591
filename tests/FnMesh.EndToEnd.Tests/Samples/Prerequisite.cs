namespace FnMesh.EndToEnd.Tests.Samples;

/// <summary>Programs beyond the .NET SDK that a test needs.</summary>
internal static class Prerequisite
{
    /// <summary>Skips the test that calls it when one of the programs is not on PATH.</summary>
    public static void Need(params IEnumerable<string> programs)
    {
        var missing = programs.Where(program => !IsOnPath(program)).ToArray();
        Assert.SkipWhen(missing.Length > 0, $"not on PATH: {string.Join(", ", missing)}");
    }

    private static bool IsOnPath(string program)
    {
        string[] names = OperatingSystem.IsWindows() ? [$"{program}.exe", $"{program}.cmd"] : [program];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Any(folder => names.Any(name => File.Exists(Path.Combine(folder, name))));
    }
}
