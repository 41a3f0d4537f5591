namespace FnMesh.Cli;

/// <summary>What every command ends with.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int PolicyRefused = 3;
    public const int Unreachable = 4;
}
