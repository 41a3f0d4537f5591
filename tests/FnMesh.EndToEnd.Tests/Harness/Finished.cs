namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>A command that has ended.</summary>
internal sealed record Finished(int Code, string Output, string Error)
{
    public override string ToString() => $"exit code {Code}\n{Output}\n{Error}";
}
