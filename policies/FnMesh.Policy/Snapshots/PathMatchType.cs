namespace FnMesh.Policy.Snapshots;

/// <summary>How the path of a call is compared.</summary>
public enum PathMatchType
{
    /// <summary>The whole path, byte for byte.</summary>
    Exact,

    /// <summary>Whole path elements: <c>/a</c> matches <c>/a</c> and <c>/a/b</c>, not <c>/ab</c>.</summary>
    PathPrefix,

    /// <summary>A pattern of <see cref="RoutePattern"/> that the whole path fits.</summary>
    RegularExpression,
}
