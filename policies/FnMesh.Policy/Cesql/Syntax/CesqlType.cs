namespace FnMesh.Policy.Cesql;

/// <summary>Types of values (CESQL 1.0, 3.1).</summary>
public enum CesqlType
{
    /// <summary>Not known before an event is there.</summary>
    Any,
    String,
    Integer,
    Boolean,
}
