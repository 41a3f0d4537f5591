using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tracing;

/// <summary>Verdicts as attributes, without making a string each time.</summary>
internal static class VerdictName
{
    private static readonly string[] Names = Enum.GetNames<Verdict>();

    public static int Count => Names.Length;

    public static string Of(Verdict verdict) => Names[(int)verdict];
}
