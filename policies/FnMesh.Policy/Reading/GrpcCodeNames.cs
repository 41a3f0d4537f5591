namespace FnMesh.Policy.Reading;

/// <summary>The statuses of gRPC by their names; their numbers are their places.</summary>
internal static class GrpcCodeNames
{
    private static readonly string[] All =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    public static ReadOnlySpan<string> Failures => All.AsSpan(1);

    public static int CodeOf(string name) => Array.IndexOf(All, name);

    public static string NameOf(int code) => All[code];
}
