import Marks

typealias Point = SliceStack.Point
